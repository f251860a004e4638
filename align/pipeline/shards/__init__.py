"""The steps of a run for one shard, each a pure function from tables to tables; see `store.py` and `tasks.py`.

read (files) -> ready (a run of days: cleaned, segmented, anchors) -> vectors -> usual (summary for matching) -> near
(nearest documents of the other language) -> measured (candidate pairs) -> scored -> aligned -> told (units, evidence)
"""
