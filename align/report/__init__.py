"""Pages in the browser: the report of a run, and the look that all pages share.

report.write_report(Path("outputs/sample"), facts)     # report.html
"""

from align.report.overview import RunFacts
from align.report.write import write_report

__all__ = ["RunFacts", "write_report"]
