"""The AWS side, on an AWS of this machine: no engine."""
