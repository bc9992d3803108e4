"""What people say under a video: comments with one level of replies below them."""
