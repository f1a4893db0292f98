"""`madeleine bridge`: all cameras of a computer on one MQTT connection (docs/BRIDGE.md)."""
