"""What is there? Topics, people, threads, and what is new."""
