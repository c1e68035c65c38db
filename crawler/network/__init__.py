"""Where requests go and what may come back: the fence, the hosts' turns, the bounded download."""
