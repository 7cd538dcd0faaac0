"""The records that go out, as `http`, `pages` and `cli` show them."""
