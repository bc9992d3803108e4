"""The processes that `miaohui` starts: the web server, the worker, and acts of an administrator."""
