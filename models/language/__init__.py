"""What a word is: one way of reading text, for posts and for questions alike."""
