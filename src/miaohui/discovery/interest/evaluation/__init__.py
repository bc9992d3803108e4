"""The evaluation kit: raw files in, a table with metric, k, split, seeds, seconds and memory out.

    formats, known_sets    files become sequences, splits or event tables
    tags                   what somebody set on the items, for `--versus tags`
    protocols              which part is shown, which is asked
    metrics                HR@k, NDCG@k, Recall@k, AUC, pair accuracy
    measured               seconds, peak memory, request percentiles
    compared               what others use, in the same run
    contests               one file per kind of set: what is fitted, on what, and asked what
    report, chart          the table, the JSON, the picture

Nothing here is imported by the server.
"""
