"""What keeps the service running and visible: logs, metrics, problems, limits, the embedded Redis."""
