"""What makes a worker start faster. A .pth file imports one module of this package a lever into every Python of the image.

Each acts when it is imported, and says in its docstring what it changes, and for which commands.
"""
