"""Each stage's doing: takes what is stored, asks what it needs, stores what came. Deciding is done elsewhere, in rooms
without doors (`read extract synthesize verify versions`).

    gather    fetch and read: the thread's sources become snapshots, copies folded
    claim     extract: snapshots become claims
    compose   synthesize and verify: claims become a version
    run       what the stages of one run share: tools, clock, counts and troubles
"""
