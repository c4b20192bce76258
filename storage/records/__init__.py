"""The words of the house as frozen records; nothing here touches a database or a network."""
