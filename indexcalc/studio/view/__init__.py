"""Results as a page shows them, without the page: words, figures, tables, the options of the chart.

- ``words``: in English and Korean; ``render``: figures, findings, levers and tables as HTML.
- ``panels``: the answers under the chart; ``chart``: levels as options of ECharts.
"""
