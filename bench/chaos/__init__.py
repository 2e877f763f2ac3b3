"""Everything at once, with everything going wrong: what was acknowledged, what the helpdesks have, what channels show.

``python -m bench.chaos --actions 10000 --database sqlite --seed 1`` drives signed traffic through real processes while
they are killed and what they talk to fails, then compares. Nothing may be lost, doubled, out of order or leaked.
"""

from bench.chaos.run import run
from bench.chaos.verdict import Verdict

__all__ = ["Verdict", "run"]
