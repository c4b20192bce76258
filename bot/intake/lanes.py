"""Lanes: one per person and chat, in order inside, taken in turn across. No I/O, no tasks of its own."""

import asyncio
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from storage.records.queues import StoredUpdate

LaneKey = tuple[int, int]


def lane_of(update: StoredUpdate) -> LaneKey:
    """The chat and the person whose updates are handled one after another."""
    return update.chat_id, update.user_id


@dataclass(slots=True)
class _Lane:
    """What waits in a lane; ``queued`` while it stands in the round, or is being worked on."""

    waiting: deque[StoredUpdate] = field(default_factory=deque[StoredUpdate])
    reserved: int = 0
    queued: bool = False
    dropped: int = 0

    @property
    def size(self) -> int:
        return len(self.waiting) + self.reserved

    @property
    def empty(self) -> bool:
        return not (self.waiting or self.reserved or self.queued)


class Lanes:
    """Every lane that has something to do, and the round in which they are served.

    A place is reserved before an update is stored, so that what is stored always has one. At most ``per_chat`` lanes
    of one chat are worked on at once; the others sit out until one of those is finished.
    """

    def __init__(self, per_lane: int, total: int, per_chat: int) -> None:
        self._per_lane = per_lane
        self._total = total
        self._per_chat = per_chat
        self._lanes: dict[LaneKey, _Lane] = {}
        self._round: asyncio.Queue[LaneKey] = asyncio.Queue()
        self._in_hand: Counter[int] = Counter()
        self._sitting_out: defaultdict[int, deque[LaneKey]] = defaultdict(deque)
        self._size = 0

    @property
    def size(self) -> int:
        """How many updates wait or are being handled."""
        return self._size

    def room(self) -> int:
        """How many more updates fit."""
        return max(0, self._total - self._size)

    def reserve(self, update: StoredUpdate) -> bool:
        """Take a place for an update; False when its lane is full, which only a flood does."""
        lane = self._lanes.setdefault(lane_of(update), _Lane())
        if lane.size >= self._per_lane:
            lane.dropped += 1
            return False
        lane.reserved += 1
        self._size += 1
        return True

    def first_drop(self, update: StoredUpdate) -> bool:
        """Whether the last refusal was the first since the lane was empty: worth a log line."""
        return self._lanes[lane_of(update)].dropped == 1

    def release(self, update: StoredUpdate) -> None:
        """Give a reserved place back."""
        lane = self._lanes[lane_of(update)]
        lane.reserved -= 1
        self._size -= 1
        self._forget_if_empty(lane_of(update))

    def put(self, update: StoredUpdate) -> None:
        """Fill a reserved place, in Telegram's order: webhooks arrive side by side and may overtake each other."""
        key = lane_of(update)
        lane = self._lanes[key]
        lane.reserved -= 1
        place = len(lane.waiting)
        while place and lane.waiting[place - 1].update_id > update.update_id:
            place -= 1
        lane.waiting.insert(place, update)
        self._enter_round(key)

    def restore(self, update: StoredUpdate) -> None:
        """Put an update that was stored in an earlier life, bounds or no bounds."""
        lane = self._lanes.setdefault(lane_of(update), _Lane())
        lane.reserved += 1
        self._size += 1
        self.put(update)

    async def take(self) -> StoredUpdate:
        """The next update of the lane whose turn it is; its lane rests until ``finished``."""
        key = await self._round.get()
        while self._in_hand[key[0]] >= self._per_chat:
            self._sitting_out[key[0]].append(key)
            key = await self._round.get()
        self._in_hand[key[0]] += 1
        return self._lanes[key].waiting.popleft()

    def finished(self, update: StoredUpdate) -> int:
        """End an update's turn and send its lane to the end of the round; says how many it dropped when it is empty."""
        key = lane_of(update)
        lane = self._lanes[key]
        self._size -= 1
        self._make_way(key[0])
        lane.queued = False
        if lane.waiting:
            self._enter_round(key)
            return 0
        dropped, lane.dropped = lane.dropped, 0
        self._forget_if_empty(key)
        return dropped

    def _make_way(self, chat_id: int) -> None:
        """End one lane's turn in a chat: the first of those that sit out may go back to the round."""
        self._in_hand[chat_id] -= 1
        if waiting := self._sitting_out.get(chat_id):
            self._round.put_nowait(waiting.popleft())
        else:
            self._sitting_out.pop(chat_id, None)
        if not self._in_hand[chat_id]:
            del self._in_hand[chat_id]

    def _enter_round(self, key: LaneKey) -> None:
        lane = self._lanes[key]
        if not lane.queued:
            lane.queued = True
            self._round.put_nowait(key)

    def _forget_if_empty(self, key: LaneKey) -> None:
        if self._lanes[key].empty:
            del self._lanes[key]
