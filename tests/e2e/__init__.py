"""The whole way: the real executor on the local stack, and the endpoint under it."""
