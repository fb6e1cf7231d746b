"""Each stage's doing: takes what is stored, asks what it needs, stores what came. Deciding is done elsewhere, in rooms
without doors (`read extract discover synthesize verify versions due day`).

Of one thread:

    poll      places are asked what they have
    gather    fetch and read: the thread's sources become snapshots, copies folded
    judge     what came unasked and cannot matter is set aside
    claim     extract: snapshots become claims
    compose   synthesize and verify: claims become a version
    seek      a version calls for searches
    foresee   what a run would do and cost

Of all threads:

    watch     watched feeds bring items, which are read
    sort      items go to threads, or make new ones
    today     a day's versions become its page
    jobs      questions that can wait are handed in, their answers collected

    pages     one item's page: got, kept, read
    run       what the stages of one run share: tools, clock, counts and troubles
"""
