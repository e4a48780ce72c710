"""In: a model archive that `rasa train` made. Out: the folder of the learnt model inside, without importing Rasa."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

from bot.errors import SetupError
from bot.understanding.model import FILES

COMPONENT = "SentenceReader"
"""The component that holds the learnt model (components.py); Rasa stores it as train_...SentenceReader<number>."""


def extract(archive: Path, folder: Path) -> None:
    """Writes the model files into `folder`: only those, by name, wherever else the archive points to.

    Raises:
        SetupError: the archive is missing or broken.
    """
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                path = PurePosixPath(member.name)
                if path.name in FILES and COMPONENT in path.parent.name and member.isfile():
                    content = tar.extractfile(member)
                    if content is not None:
                        (folder / path.name).write_bytes(content.read())
    except (OSError, tarfile.TarError, EOFError) as error:
        raise SetupError(f"{archive} 不是能用的模型：请运行 make train。") from error
