"""In: menu.yml. Out: the account's menu as WeChat wants it, and what a tapped entry says.

python -m bot.channels.wechat.menu           prints it
python -m bot.channels.wechat.menu --push    puts it in force (WECHAT_APP_ID, WECHAT_APP_SECRET)
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import ApiError, hint
from bot.settings import settings

FILE = Path(__file__).with_name("menu.yml")


@lru_cache(maxsize=1)
def _columns() -> list[dict[str, Any]]:
    return list(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def says(key: str) -> str | None:
    """What somebody who taps an entry, or scans a code with its key, is taken to say; None for a key of no entry.

    >>> says("topic.residence")
    '居住证怎么办'
    """
    entries = (entry for column in _columns() for entry in column["entries"])
    return next((str(entry["says"]) for entry in entries if entry["key"] == key), None)


def definition() -> dict[str, Any]:
    """The body of /cgi-bin/menu/create."""
    return {
        "button": [
            {
                "name": column["name"],
                "sub_button": [
                    {"type": "click", "name": entry["name"], "key": entry["key"]} for entry in column["entries"]
                ],
            }
            for column in _columns()
        ]
    }


async def push() -> int:
    """Puts the menu in force; the exit status."""
    chosen = settings()
    secret = chosen.wechat_app_secret.get_secret_value()
    if not (chosen.wechat_app_id and secret):
        print("先设置 WECHAT_APP_ID 和 WECHAT_APP_SECRET。", file=sys.stderr)
        return 2
    async with httpx.AsyncClient(base_url=chosen.wechat_api_base, timeout=10) as http:
        try:
            await ApiClient(http, None, chosen.wechat_app_id, secret).post("/cgi-bin/menu/create", definition())
        except ApiError as error:
            print(f"菜单没有换上，微信的错误码 {error.errcode}。{hint(error.errcode)}", file=sys.stderr)
            return 1
    print("菜单已换上，关注的人几分钟内看到。")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Prints or pushes."""
    if list(arguments) == ["--push"]:
        return asyncio.run(push())
    print(json.dumps(definition(), ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
