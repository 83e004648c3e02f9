import { type RefObject, useEffect, useRef, useState } from 'react'
import type { DemoLink } from '../../src/contracts/demo-stores.ts'
import { toggle } from './link-button.tsx'

type Point = { x: number; y: number }
/** The line of a link, from the lower node up. */
type Wire = { below: string; path: string }

/** Where the upper node is further away than this, others stand between: the line goes around them. */
const nearby = 160
const gutterX = 12
const bend = 14

const smooth = (from: Point, to: Point): string => {
  const middle = (from.y + to.y) / 2
  return `C ${from.x} ${middle}, ${to.x} ${middle}, ${to.x} ${to.y}`
}
const around = (from: Point, to: Point): string =>
  `H ${gutterX + bend} Q ${gutterX} ${from.y} ${gutterX} ${from.y - bend} V ${to.y + bend} Q ${gutterX} ${to.y} ${gutterX + bend} ${to.y} H ${to.x}`

const measure = (map: HTMLElement, links: readonly DemoLink[]): Wire[] => {
  const origin = map.getBoundingClientRect()
  const boxOf = (selector: string) => map.querySelector(selector)?.getBoundingClientRect()
  return links.flatMap(({ below, above }) => {
    const upper = boxOf(`[data-node="${above}"]`)
    const button = boxOf(`[data-link="${below}"]`)
    const lower = boxOf(`[data-node="${below}"]`)
    if (!upper || !button || !lower) return []
    const start = { x: lower.x + lower.width / 2 - origin.x, y: lower.y - origin.y }
    const middle = { x: button.x + button.width / 2 - origin.x, y: button.y + button.height / 2 - origin.y }
    const end = { x: upper.x + upper.width / 2 - origin.x, y: upper.bottom - origin.y }
    const side = { x: upper.x - origin.x, y: upper.y + upper.height / 2 - origin.y }
    const rest = middle.y - end.y < nearby ? smooth(middle, end) : around(middle, side)
    return [{ below, path: `M ${start.x} ${start.y} L ${middle.x} ${middle.y} ${rest}` }]
  })
}

const mostPulses = 3
/** A light that runs along the line for facts that have passed, however many they were. */
const Pulses = ({ path, count, direction }: { path: string; count: number; direction: 'up' | 'down' }) => {
  const [pulses, setPulses] = useState<number[]>([])
  const before = useRef(count)
  useEffect(() => {
    if (count > before.current) setPulses(running => [...running.slice(1 - mostPulses), count])
    before.current = count
  }, [count])
  return pulses.map(pulse => (
    <path
      key={pulse}
      className="demo-pulse"
      data-direction={direction}
      d={path}
      pathLength={1}
      onAnimationEnd={() => setPulses(running => running.filter(each => each !== pulse))}
    />
  ))
}

/** The lines behind the nodes. What can be done to them by a mouse, their buttons can be asked for by the keyboard too. */
export const Wires = ({ map, links }: { map: RefObject<HTMLElement | null>; links: readonly DemoLink[] }) => {
  const [wires, setWires] = useState<Wire[]>([])
  const latest = useRef(links)
  latest.current = links
  const layout = links.map(({ below }) => below).join()
  // Not a layout effect: the map around these lines has its element only after them.
  useEffect(() => {
    const element = map.current
    if (!element || layout === '') return
    const look = () => setWires(measure(element, latest.current))
    const observer = new ResizeObserver(look)
    observer.observe(element)
    for (const child of element.querySelectorAll('[data-node], [data-link]')) observer.observe(child)
    return () => observer.disconnect()
  }, [map, layout])
  return (
    <svg className="demo-wires" aria-hidden="true">
      {wires.map(({ below, path }) => {
        const link = links.find(each => each.below === below)
        if (!link) return null
        const state = link.cut ? 'cut' : link.reached ? 'joined' : 'looking'
        return (
          <g key={below} data-state={state}>
            <path className="demo-wire" d={path} />
            {!link.cut && <Pulses path={path} count={link.up} direction="up" />}
            {!link.cut && <Pulses path={path} count={link.down} direction="down" />}
            <path className="demo-grip" d={path} onPointerUp={() => toggle(link)} />
          </g>
        )
      })}
    </svg>
  )
}
