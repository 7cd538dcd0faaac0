"""The search page: server-rendered, without scripts, in Korean and English."""
