"""Projects 项目: what is built for assisted counties, and its money: allocated, paid, received, spent, by source.

The four are four measures and never mixed; own, brought-in and invested money stay apart. What was *received* the pledge
counts as put in and brought in; a gift without a project is reported by hand. In the two years after acceptance somebody
looks whether what was built is still used. Scarce here: the money of a project and source, by stage. Who moves it locks
the project, see ``operations.storing``; a trigger of the database refuses to let a stage exceed the one before.
"""
