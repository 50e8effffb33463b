"""The tables' history, oldest first, and the way from any point of it to the newest."""
