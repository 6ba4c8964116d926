import { CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { dashboard, type Widget } from '../functions/contract/monitoring/dashboard.ts'
import { isAbsent, type MonitoredParts, metricOf } from './monitored-parts.ts'

/** Properties of the dashboard. */
export interface DashboardProps {
  /** The resources to draw. */
  parts: MonitoredParts
  /** The alarms whose state is shown first. */
  alarms: cloudwatch.IAlarm[]
}

const fullWidth = 24
const mostInRow = 4
const graphHeight = 6

/**
 * The CloudWatch dashboard of contract/monitoring/dashboard.ts, named after the stack. The output
 * DashboardUrl is its address.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms }: DashboardProps) {
    super(scope, id)
    const made = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(3),
    })
    made.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: fullWidth, height: 3 }))
    for (const { title, widgets } of dashboard) {
      const drawn = widgets.flatMap((widget) => this.draw(widget, { parts, inRow: Math.min(widgets.length, mostInRow) }))
      if (drawn.length === 0) continue
      made.addWidgets(new cloudwatch.TextWidget({ markdown: `## ${title}`, width: fullWidth, height: 1 }))
      made.addWidgets(...drawn)
    }
    const { region } = Stack.of(this)
    const value = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${made.dashboardName}`
    new CfnOutput(Stack.of(this), 'DashboardUrl', { value, description: 'Address of the dashboard' })
  }

  private draw(
    { title, unit, series }: Widget,
    { parts, inRow }: { parts: MonitoredParts; inRow: number },
  ): cloudwatch.IWidget[] {
    const present = series.filter((one) => !isAbsent(one, parts))
    if (present.length === 0) return []
    const left = present.map((one) => metricOf(this, one, { parts, period: Duration.minutes(1) }))
    const leftYAxis = { label: unit, showUnits: false, min: 0 }
    return [new cloudwatch.GraphWidget({ title, left, leftYAxis, width: fullWidth / inRow, height: graphHeight })]
  }
}
