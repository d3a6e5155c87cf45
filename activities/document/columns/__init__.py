"""Find the tables of a sheet by their titles, and say what each column holds.

words       the words of a title, and the month, quarter or total and the block that it names
meanings    what a column of names can hold, and how well a title says so
fit         the best fit of all titles together, and whether another is as good
header      `Header`: where everything stands
grouping    titles of several lines put together, column by column
figures     which columns hold which months, quarters and totals
finding     headers among the lines of a sheet
missing     why a sheet has no table, said so that a person can mend it
"""
