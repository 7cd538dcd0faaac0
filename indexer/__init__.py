"""Where a post is: one `Engine` protocol and two engines that keep it."""
