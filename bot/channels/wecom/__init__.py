"""WeCom customer service (微信客服): the same core as the official account; the callback is only a bell."""
