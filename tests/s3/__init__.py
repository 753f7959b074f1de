"""S3 servers, a proxy that makes faults, and the places where credentials come from, for tests and measurements."""
