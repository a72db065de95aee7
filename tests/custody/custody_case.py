"""A small archive room, as the tests of custody need it."""

from ..support.common import ArchiveCase

LOCATION, MOVE = "customer.archive.location", "customer.archive.move"


class CustodyCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls.location("二楼档案室", "room")
        cls.cabinet = cls.location("A 密集柜", "cabinet", cls.room)
        cls.shelf = cls.location("第 1 层", "shelf", cls.cabinet)
        cls.box = cls.location("01 号盒", "box", cls.shelf)
        cls.other_box = cls.location("02 号盒", "box", cls.shelf)

    @classmethod
    def location(cls, name, kind="box", parent=None, **values):
        """Return a storage location made by an archivist."""
        return (
            cls.env[LOCATION]
            .with_user(cls.users["archivist"])
            .create(
                {
                    "name": name,
                    "kind": kind,
                    "parent_id": parent and parent.id,
                    **values,
                }
            )
        )

    @classmethod
    def files(cls, count, location=None):
        """Return files being collected, which is all that a place asks for."""
        files = cls.env["customer.archive"].concat(
            *(
                cls.archive(partner=cls.partner(f"钢材贸易 {n} 公司"))
                for n in range(count)
            )
        )
        if location:
            files.with_user(cls.users["archivist"]).action_move(location.id)
        return files.sudo()

    def moves(self, records):
        """Return what was written of moves, in their order: from, to, who, how."""
        return [
            (move.from_id, move.to_id, move.user_id, move.how)
            for move in records.sudo().move_ids.sorted("id")
        ]
