"""Tells Schemathesis what a chunk of a tus upload is made of."""

import schemathesis
from hypothesis import strategies as st

schemathesis.openapi.media_type("application/offset+octet-stream", st.binary(max_size=64))
