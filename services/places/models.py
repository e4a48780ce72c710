"""In: nothing. Out: Place, what the places service answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.messages import Verification


@dataclass(frozen=True)
class Place:
    """The venue of one kind in one sub-district, or in the district.

    The inventory knows hardly any address. What is not known is None; nothing is made up.
    """

    name: str
    """"莘庄镇社区事务受理服务中心"; the official name when the district has one only."""
    kind: str
    """Id of the kind, from places/venue_kinds.yml."""
    subdistrict: str | None
    """Official name of the sub-district it is in; None when not known."""
    distance_m: int | None
    """Metres as the crow flies to the seat of that sub-district; 0 in the same one; None when not known."""
    walking_minutes: int | None
    """Estimate for that distance on foot."""
    address: str | None
    """Only for the few that are known."""
    hours: str
    """Usual opening hours of the kind, not of this venue."""
    phone: str | None
    """Only for the few that are known."""
    how_to_find: str
    """How to get the address of the nearest one."""
    what: str
    """What one can do there."""
    approximate: bool = True
    """Always true: the seat of the sub-district stands for the venue."""
    verification: Verification = "unverified"
    """Nobody has checked a single venue yet."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON of the contract."""
        return asdict(self)
