"""What people do to a video with one tap: like it, keep it as a favourite, share it."""
