"""The example programme: an invented carrier, 示例通信集团, whose thirty-one branches report real-looking work.

Provinces and counties are real; the company, its people, every station, log and photograph are made by a fixed recipe
and say so. It is loaded through the same operations a real house uses, from spreadsheets and zips like a branch's own.
"""
