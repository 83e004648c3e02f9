import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatAmount, formatMoney } from '../shared/money.ts'
import { o } from './messages.ts'

export type HourRow = { hour: number; today: number | null; last: number }

/** Today's hours as bars before the same weekday's as a line. Told apart by shape, not by colour alone. */
export const HoursChart = ({
  rows,
  currency,
  weekday,
}: {
  rows: readonly HourRow[]
  currency: string
  weekday: string
}) => {
  const axis = { stroke: 'var(--mantine-color-dimmed)', fontSize: 13, tickLine: false, axisLine: false } as const
  return (
    <ResponsiveContainer width="100%" height={260}>
      <ComposedChart data={[...rows]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
        <CartesianGrid vertical={false} stroke="var(--tw-line)" />
        <XAxis dataKey="hour" tickFormatter={(hour: number) => String(hour).padStart(2, '0')} {...axis} />
        <YAxis width={64} tickFormatter={(minor: number) => formatAmount(minor, currency)} {...axis} />
        <Tooltip
          cursor={{ fill: 'var(--tw-soft)' }}
          contentStyle={{ background: 'var(--tw-page)', border: '1px solid var(--tw-line)', borderRadius: 10 }}
          formatter={value => formatMoney(Number(value), currency)}
          labelFormatter={hour => `${String(hour).padStart(2, '0')}:00`}
        />
        <Bar
          dataKey="today"
          name={o('today.takings')}
          fill="var(--mantine-color-cyan-filled)"
          radius={[4, 4, 0, 0]}
          isAnimationActive={false}
        />
        <Line
          dataKey="last"
          name={o('today.last', { weekday })}
          stroke="var(--mantine-color-dimmed)"
          strokeWidth={2}
          strokeDasharray="4 4"
          dot={false}
          isAnimationActive={false}
        />
      </ComposedChart>
    </ResponsiveContainer>
  )
}
