"""From stored events to what people read: Call, Turn, Interruption, Report, and tool calls only the report knows."""
