"""Next month's plan: from what the marts say works to dated slots, and from them to files for calendars and tools."""
