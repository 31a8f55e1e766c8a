"""Progress: readings of many runs become series, ratios, trends, adherence, charts.

Words: a reading is what one run says, a point is a reading on a day, a figure is a
computed number with n, window and method. There is no total and no score of a person.
"""
