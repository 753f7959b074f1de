"""`ecs lint`: traps in the configuration of the executor and its workers, found before ECS finds them."""
