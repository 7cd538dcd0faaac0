"""What one post says of another: that it is put right, replaced, or holds no longer."""
