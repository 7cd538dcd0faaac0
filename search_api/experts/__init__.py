"""Who knows? People, with the posts that prove it."""
