"""Conversations that a person takes over: cases, their messages both ways, and what could not be delivered."""
