"""The pages, in Korean and English: rendered by the server, whole without the scripts that add to them."""
