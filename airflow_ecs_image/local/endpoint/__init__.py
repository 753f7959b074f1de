"""The ECS endpoint: it answers like ECS, and containers stand for tasks.

Standard library only: it runs in a container that has nothing else.
"""
