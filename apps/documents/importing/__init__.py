"""Reading other people's documentation: folder or zip in, an `ImportPlan` out.

Pure: no Django, no database, nothing written. What turns a plan into rows stands elsewhere.
"""
