"""Standard questionnaires: what they ask, how they are scored, what a change may be called.

Words: an *instrument* is a questionnaire by its published definition, an *administration* one
filling of it, a *score* its result, a *parameter set* the published source of a threshold or cut.
This room knows nothing of clients, offers or times of day.
"""
