"""Who is it, and what may they? Tokens, sessions, viewers."""
