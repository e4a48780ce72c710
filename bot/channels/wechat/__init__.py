"""The WeChat official account: pushes in, answers out, each exactly once."""
