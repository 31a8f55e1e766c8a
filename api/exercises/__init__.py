"""The versioned library of exercises and the language they are written in.

Words: an *exercise* has *parts*, a part has *steps*, a *version* is a published document that
never changes again. This room knows nothing of clients, offers or times.
"""
