"""Pure functions over video files, each one or two runs of ffmpeg as a child process.

Nothing here knows the database, the network or a person. Every file that comes in is taken as
hostile: see `child.py` for what ffmpeg may touch and `probe.py` for what is let further.
"""
