"""The build context: DAG files, ignore files, network settings, staging."""
