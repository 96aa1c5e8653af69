// Draws one dashboard with Grafana's own panel components. The page gives window.BOARD (its JSON) and window.SHOWN (what its queries returned).
import 'uplot/dist/uPlot.min.css';
import React from 'react';
import { createRoot } from 'react-dom/client';
import { applyFieldOverrides, createTheme, dateTime, FieldType, getDisplayProcessor, getFieldColorModeForField, ThemeContext, toDataFrame } from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, PanelChrome, Table, TimeSeries } from '@grafana/ui';

const theme = createTheme({ colors: { mode: 'dark' } });
const { BOARD, SHOWN } = window;
const UNIT_HEIGHT = 34;
const WIDTH = 1680;
const COLUMN = WIDTH / 24;
const GAP = 8;

const range = { from: dateTime(SHOWN.from * 1000), to: dateTime(SHOWN.to * 1000) };
range.raw = { from: range.from, to: range.to };

// Grafana's legend patterns: {{label}} is the series' value of that label.
const legend = (pattern, labels) => pattern.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? '');

const finite = (text) => (Number.isFinite(Number(text)) ? Number(text) : null);

const custom = (defaults) => ({
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 8,
  showPoints: 'never',
  pointSize: 4,
  spanNulls: true,
  axisPlacement: 'auto',
  gradientMode: 'none',
  hideFrom: { tooltip: false, viz: false, legend: false },
  scaleDistribution: { type: 'linear' },
  stacking: { mode: 'none', group: 'A' },
  thresholdsStyle: { mode: 'off' },
  ...(defaults.custom ?? {}),
});

// Every query's series, named as Grafana would name them.
const seriesOf = (panel) =>
  panel.targets.flatMap((target, index) =>
    (SHOWN.panels[panel.title]?.[index] ?? []).map((series) => ({
      name: legend(target.legendFormat, series.metric),
      labels: series.metric,
      values: series.values ?? [series.value],
    }))
  );

function Lines({ panel, width, height }) {
  const defaults = panel.fieldConfig.defaults;
  const frames = seriesOf(panel).map((series, index) => {
    const frame = toDataFrame({
      fields: [
        { name: 'time', type: FieldType.time, values: series.values.map(([time]) => time * 1000), config: {} },
        {
          name: series.name || 'value',
          type: FieldType.number,
          values: series.values.map(([, value]) => finite(value)),
          config: { ...defaults, displayName: series.name, custom: custom(defaults), color: { mode: 'palette-classic' } },
        },
      ],
    });
    const field = frame.fields[1];
    field.state = { seriesIndex: index };
    field.display = getDisplayProcessor({ field, theme });
    frame.fields[0].display = getDisplayProcessor({ field: frame.fields[0], theme });
    return frame;
  });
  return (
    <TimeSeries
      frames={frames}
      structureRev={1}
      timeRange={range}
      timeZone="utc"
      width={width}
      height={height}
      legend={{ showLegend: frames.length > 1 || Boolean(frames[0]), displayMode: 'list', placement: 'bottom', calcs: [] }}
    />
  );
}

function Stats({ panel, width, height }) {
  const series = seriesOf(panel);
  const defaults = panel.fieldConfig.defaults;
  const each = width / Math.max(1, series.length);
  return (
    <div style={{ display: 'flex' }}>
      {series.map((one, index) => {
        const field = { name: one.name, type: FieldType.number, values: [], config: { ...defaults, color: { mode: 'thresholds' } } };
        const shown = getDisplayProcessor({ field, theme })(finite(one.values.at(-1)[1]));
        return (
          <BigValue
            key={index}
            width={each}
            height={height}
            theme={theme}
            value={{ ...shown, title: series.length > 1 ? one.name : undefined }}
            colorMode={panel.options?.colorMode === 'background' ? BigValueColorMode.Background : BigValueColorMode.Value}
            graphMode={BigValueGraphMode.None}
          />
        );
      })}
    </div>
  );
}

function Rows({ panel, width, height }) {
  const series = seriesOf(panel);
  const frame = toDataFrame({
    fields: [
      { name: 'what', type: FieldType.string, values: series.map((one) => one.name), config: { custom: { width: width - 80 } } },
      { name: 'count', type: FieldType.number, values: series.map((one) => finite(one.values.at(-1)[1])), config: { custom: { width: 70 } } },
    ],
  });
  const [ready] = applyFieldOverrides({
    data: [frame],
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  return <Table data={ready} width={width} height={height} />;
}

function Panel({ panel }) {
  const { x, y, w, h } = panel.gridPos;
  const width = w * COLUMN - GAP;
  const height = h * UNIT_HEIGHT - GAP;
  const Body = { stat: Stats, table: Rows }[panel.type] ?? Lines;
  const empty = seriesOf(panel).length === 0;
  return (
    <div style={{ position: 'absolute', left: x * COLUMN, top: y * UNIT_HEIGHT + 48 }} {...(empty ? { 'data-nodata': panel.title } : { 'data-drawn': panel.title })}>
      <PanelChrome title={panel.title} description={panel.description} width={width} height={height}>
        {(innerWidth, innerHeight) => (empty ? <div style={{ padding: 20 }}>No data</div> : <Body panel={panel} width={innerWidth} height={innerHeight} />)}
      </PanelChrome>
    </div>
  );
}

function Row({ row }) {
  return <div style={{ position: 'absolute', left: 4, top: row.gridPos.y * UNIT_HEIGHT + 56, fontSize: 16, fontWeight: 500 }}>⌄ {row.title}</div>;
}

const bottom = Math.max(...BOARD.panels.map((panel) => panel.gridPos.y + panel.gridPos.h));
document.body.style.cssText = `margin: 8px; background: ${theme.colors.background.canvas}; color: ${theme.colors.text.primary}; font-family: Inter, Helvetica, Arial, sans-serif; font-size: 14px`;
// What Grafana's own page sets for its components.
const style = document.createElement('style');
style.textContent = '* { box-sizing: border-box } h1, h2, h3, h4, h5, h6 { margin: 0; font-size: 14px; font-weight: 500 } button { color: inherit; background: none; border: 0; padding: 0 }';
document.head.append(style);
createRoot(document.getElementById('board')).render(
  <ThemeContext.Provider value={theme}>
    <div style={{ position: 'relative', width: WIDTH, height: bottom * UNIT_HEIGHT + 60 }} data-height={bottom * UNIT_HEIGHT + 76}>
      <div style={{ fontSize: 20, fontWeight: 500, padding: 8 }}>
        {BOARD.title} <span style={{ fontSize: 14, color: theme.colors.text.secondary }}>{BOARD.description}</span>
      </div>
      {BOARD.panels.map((panel) => (panel.type === 'row' ? <Row key={panel.title} row={panel} /> : <Panel key={panel.title} panel={panel} />))}
    </div>
  </ThemeContext.Provider>
);
