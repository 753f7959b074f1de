"""Every trap that `ecs lint` knows, each in a file that is right but for it."""
